/// <reference types="vite/client" />
// Types of our tags in templates.
import "livestore-filesync/vue"
