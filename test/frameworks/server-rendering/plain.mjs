/** No framework: the tags as a server writes them. */
export const render = () =>
  `<main><filesync-upload name="photos" multiple></filesync-upload><filesync-status></filesync-status><filesync-image file-id="a" alt="Harbour" width="120"></filesync-image><p>0 saved</p></main>`

export const hydrate = (root) => {
  let count = 0
  root.querySelector("filesync-upload").addEventListener("filesync-saved", () => {
    root.querySelector("p").textContent = `${(count += 1)} saved`
  })
}
