/** How far a finger moves for the next file, in CSS pixels. */
const swipePx = 60

/** What gestures need to know of the viewer, and what they do. */
export interface TurnTarget {
  /** Whether the page runs from right to left, so that the next file is on the left. */
  readonly isReversed: () => boolean
  /** Whether the image is zoomed: then the same keys and fingers move it. */
  readonly isZoomed: () => boolean
  /** Goes to the next file (1) or the one before (-1). */
  readonly turn: (step: 1 | -1) => void
}

/** Arrow keys and swipes that go from file to file; its members are event listeners. */
export class TurnGestures {
  readonly #target: TurnTarget
  #touchStart: { readonly x: number; readonly y: number } | undefined

  constructor(target: TurnTarget) {
    this.#target = target
  }

  readonly pressed = (event: KeyboardEvent): void => {
    const { key, target } = event
    // Players and text use the arrow keys themselves.
    if (target instanceof HTMLMediaElement || this.#target.isZoomed()) return
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const [forward, backward] = this.#target.isReversed()
      ? ["ArrowLeft", "ArrowRight"]
      : ["ArrowRight", "ArrowLeft"]
    if (key !== forward && key !== backward) return
    event.preventDefault()
    this.#target.turn(key === forward ? 1 : -1)
  }

  readonly touched = ({ touches }: TouchEvent): void => {
    const [touch] = touches
    this.#touchStart =
      touches.length === 1 && touch !== undefined && !this.#target.isZoomed()
        ? { x: touch.clientX, y: touch.clientY }
        : undefined
  }

  readonly swiped = ({ changedTouches }: TouchEvent): void => {
    const [touch, start] = [changedTouches[0], this.#touchStart]
    if (touch === undefined || start === undefined) return
    const [x, y] = [touch.clientX - start.x, touch.clientY - start.y]
    if (Math.abs(x) < swipePx || Math.abs(x) < 2 * Math.abs(y)) return
    this.#target.turn(this.#target.isReversed() === x > 0 ? 1 : -1)
  }
}
