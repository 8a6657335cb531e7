/** Which pages the site has, in reading order. A path is that of the Markdown file in the project. */

/** Sections of the sidebar. `reference/…` pages are made, not read. */
export const sections = [
  {
    title: "Start",
    pages: [
      "docs/index.md",
      "docs/guides/quick-start.md",
      "docs/guides/own-schema.md",
      "docs/guides/vue.md",
      "docs/guides/svelte.md",
      "docs/guides/react.md",
      "docs/guides/effect.md",
      "docs/elements.md",
    ],
  },
  {
    title: "Backend",
    pages: [
      "docs/guides/backend-cloudflare.md",
      "docs/guides/backend-s3.md",
      "docs/guides/backend-node.md",
      "docs/guides/authentication.md",
      "server/README.md",
      "server/PROTOCOL.md",
    ],
  },
  {
    title: "Guides",
    pages: [
      "docs/guides/offline-and-conflicts.md",
      "docs/guides/storage.md",
      "docs/guides/photos.md",
      "docs/guides/viewer-and-status.md",
      "docs/guides/rename-and-undo.md",
      "docs/guides/video.md",
      "docs/guides/sharing.md",
      "docs/guides/several-users.md",
      "docs/guides/desktop.md",
      "docs/guides/service-worker.md",
      "docs/guides/adapter.md",
      "docs/guides/testing.md",
      "docs/guides/troubleshooting.md",
      "docs/guides/migrating.md",
    ],
  },
  {
    title: "What to rely on",
    pages: ["docs/guarantees.md", "docs/guides/security.md", "docs/browsers.md"],
  },
  { title: "Reference", pages: ["reference/index.md", "reference/"] },
  {
    title: "Project",
    pages: ["docs/architecture.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "decisions/"],
  },
]

/** Files and folders that the site is made from, tests included: some pages show them. */
export const docsSources = [
  "docs",
  "src",
  "components",
  "sw",
  "server",
  "test",
  "demo/icon.svg",
  "decisions",
  "scripts",
  "package.json",
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
]
