/** What may be done with a key. */
export type Permission = "read" | "write" | "delete"

/** The answer of the `authorize` hook. There is no way to say "everything" by leaving something empty. */
export type AccessDecision =
  | { readonly kind: "all"; readonly permissions?: ReadonlyArray<Permission> }
  | {
      readonly kind: "prefixes"
      /** Whole leading segments, such as `acme` or `acme/`: they never cover `acme2/…`. None = nothing. */
      readonly prefixes: ReadonlyArray<string>
      /** Default all three. */
      readonly permissions?: ReadonlyArray<Permission>
    }
  /** 401 = "who are you?", so that a client refreshes its token; 403 = "not you". Default 401. */
  | { readonly kind: "denied"; readonly status?: 401 | 403 }

/** Whether a decision of `authorize` allows an action on a key. */
export const mayAccess = (decision: AccessDecision, permission: Permission, key: string): boolean => {
  if (decision.kind === "denied") return false
  if (decision.permissions !== undefined && !decision.permissions.includes(permission)) return false
  return decision.kind === "all" || decision.prefixes.some((prefix) => covers(prefix, key))
}

const covers = (prefix: string, key: string): boolean => {
  const folder = prefix.endsWith("/") ? prefix : `${prefix}/`
  return folder !== "/" && key.startsWith(folder)
}

/** Allows every request that reaches the handler: for a backend on loopback, or behind something that authorises. */
export const allowAll = (): AccessDecision => ({ kind: "all" })

/**
 * An `authorize` hook for fixed bearer tokens. Every token is compared in constant time and all are compared always,
 * so the time taken says nothing about them.
 */
export const bearerTokens =
  (tokens: ReadonlyArray<{ readonly token: string; readonly decision: AccessDecision }>) =>
  async (request: Request): Promise<AccessDecision> => {
    const given = /^Bearer +([\w.~+/=-]+)$/i.exec(request.headers.get("Authorization") ?? "")?.[1]
    if (given === undefined) return { kind: "denied", status: 401 }
    const givenDigest = await digest(given)
    let decision: AccessDecision = { kind: "denied", status: 401 }
    for (const candidate of tokens) {
      const same = sameBytes(givenDigest, await digest(candidate.token))
      if (same && candidate.token !== "") decision = candidate.decision
    }
    return decision
  }

/** Compares two secrets in constant time: its duration reveals neither where they differ nor how long they are. */
export const sameSecret = async (a: string, b: string): Promise<boolean> =>
  sameBytes(await digest(a), await digest(b))

const digest = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  let difference = a.length ^ b.length
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0)
  return difference === 0
}
