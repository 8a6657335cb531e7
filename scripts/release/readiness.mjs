/** What must hold before a release, each as a function that gives back sentences about what does not. */

/** `status`: what `git status --porcelain` says, or `undefined` where there is no repository. */
export const treeProblems = (status) => {
  if (status === undefined) return ["This is no git repository."]
  const lines = status.split("\n").filter((line) => line !== "")
  return lines.length === 0 ? [] : [`${lines.length} files are changed and not committed.`]
}

/** The version stands in three places. */
export const versionProblems = (version, { source, lockfile }) => [
  ...(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version) ? [] : [`${version} is not a version.`]),
  ...(source.includes(`version = "${version}"`) ? [] : [`src/version.ts does not say ${version}.`]),
  ...(JSON.parse(lockfile).version === version ? [] : [`package-lock.json does not say ${version}.`]),
]

/** The changelog has a dated section for the version, and nothing is left for the next one. */
export const changelogProblems = (version, changelog, { isDryRun }) => {
  const sections = [...changelog.matchAll(/^## \[([^\]]+)\](?: - (\S+))?$/gm)]
  const at = sections.findIndex(([, name]) => name === version)
  const section = sections[at]
  if (section === undefined) return [`CHANGELOG.md has no section [${version}].`]
  const textOf = (index) =>
    changelog.slice(sections[index].index + sections[index][0].length, sections[index + 1]?.index).trim()
  const unreleased = sections.findIndex(([, name]) => name === "Unreleased")
  const hasDate = /^\d{4}-\d{2}-\d{2}$/.test(section[2] ?? "")
  return [
    ...(textOf(at) === "" ? [`CHANGELOG.md says nothing about ${version}.`] : []),
    ...(hasDate || (isDryRun && section[2] === "unreleased")
      ? []
      : [`CHANGELOG.md has no date for ${version}; it says "${section[2] ?? ""}".`]),
    ...(unreleased === -1 || textOf(unreleased) === ""
      ? []
      : ["CHANGELOG.md has unreleased changes that belong to this version or to none."]),
  ]
}
