import { useEffect, useState } from "react"
import { type Board, type Photo, photoOf } from "../../board/board.js"

export const App = ({ board }: { readonly board: Board }) => {
  const [photos, setPhotos] = useState<ReadonlyArray<Photo>>([])
  useEffect(() => board.watch(setPhotos), [board])
  return (
    <>
      <header>
        <h1>Photo board</h1>
        <filesync-status />
      </header>
      <filesync-upload
        accept="image/*"
        multiple
        onfilesync-before-save={(event) => {
          event.commit = photoOf
        }}
      />
      <ul className="photos">
        {photos.map((photo) => (
          <PhotoCard key={photo.id} photo={photo} board={board} />
        ))}
      </ul>
    </>
  )
}

const PhotoCard = ({ photo, board }: { readonly photo: Photo; readonly board: Board }) => (
  <li className="photo">
    <filesync-image file-id={photo.fileId} alt={photo.caption || "A photo without a caption"} fit="cover" />
    <div>
      <input
        // A new field when another device changes the caption; what a person is typing stays until then.
        key={photo.caption}
        aria-label="Caption"
        placeholder="Caption"
        defaultValue={photo.caption}
        onBlur={({ currentTarget }) => {
          if (currentTarget.value !== photo.caption) board.rename(photo.id, currentTarget.value)
        }}
      />
      <button type="button" onClick={() => void board.remove(photo)}>
        Remove
      </button>
    </div>
  </li>
)
