/** The files that were picked in the page's own input. */
export const pickedFiles = () => [...document.querySelector("#picker").files]
