/// <reference types="vite/client" />
// Types of our tags in JSX.
import "livestore-filesync/react"
