// TypeScript's DOM library leaves out what only dedicated workers have.
interface FileSystemSyncAccessHandle {
  close(): void
  flush(): void
  getSize(): number
  read(buffer: AllowSharedBufferSource, options?: { at?: number }): number
  truncate(newSize: number): void
  write(buffer: AllowSharedBufferSource, options?: { at?: number }): number
}
interface FileSystemFileHandle {
  createSyncAccessHandle(): Promise<FileSystemSyncAccessHandle>
}
