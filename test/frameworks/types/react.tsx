/** @jsxImportSource react */
import "livestore-filesync/react"

export const board = (
  <main>
    <filesync-upload accept="image/*" multiple onfilesync-saved={(event) => event.fileId.trim()} />
    <filesync-image file-id="f" alt="A picture" fit="cover" width={120} />
    {/* @ts-expect-error -- no such order */}
    <filesync-list order="biggest" />
  </main>
)
