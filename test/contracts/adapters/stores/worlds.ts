/**
 * A pool of proxies for cases that run at the same time: each case takes one that no other has (created when none is
 * free), and gives it back at its end.
 */
export const poolOf = <World>(create: () => Promise<World>) => {
  const free: Array<World> = []
  return {
    take: async (): Promise<World> => free.pop() ?? (await create()),
    giveBack: (world: World): void => void free.push(world),
  }
}
