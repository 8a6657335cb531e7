import type { RegisterFailure } from "./register-result.js"

/** Finds out why a registration was refused; browsers differ in words, so the script is looked at. */
export const explainRefusal = async (
  url: string,
  scope: string,
): Promise<{ readonly reason: RegisterFailure; readonly message: string }> => {
  const script = await fetch(url, { cache: "no-store" }).catch(() => undefined)
  if (script === undefined || !script.ok) {
    return {
      reason: "ScriptMissing",
      message: `${url} could not be fetched (${script?.status ?? "no answer"}).`,
    }
  }
  void script.body?.cancel()
  const type = script.headers.get("Content-Type") ?? "none"
  if (!/\b(java|ecma)script\b/i.test(type)) {
    return { reason: "WrongType", message: `${url} was served as ${type}, not as JavaScript.` }
  }
  const allowed = new URL(script.headers.get("Service-Worker-Allowed") ?? ".", url).href
  if (!scope.startsWith(allowed)) {
    return {
      reason: "ScopeTooNarrow",
      message: `${scope} is not below ${allowed}: move the script or send Service-Worker-Allowed.`,
    }
  }
  return {
    reason: "Refused",
    message: `The browser refused ${url}: its settings forbid it, or the script throws.`,
  }
}
