/// <reference types="vite/client" />
/// <reference types="svelte" />
// Types of our tags in markup.
import "livestore-filesync/svelte"
