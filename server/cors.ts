/** Which pages of other origins may use the backend. */
export interface CorsOptions {
  /**
   * Exact origins, such as `https://app.example`. `"*"` = any, but never with cookies: such a request of another site is
   * refused unless its origin is listed as well. Default none.
   */
  readonly allowOrigins?: ReadonlyArray<string>
  /** Lets listed origins send cookies. Default `false`: bearer tokens need none. */
  readonly allowCredentials?: boolean
  /** Names of further request headers that pages of allowed origins may send, such as `X-Team`. Default none. */
  readonly allowHeaders?: ReadonlyArray<string>
}

const allowedMethods = "GET, HEAD, PUT, POST, DELETE"
const allowedHeaders =
  "Authorization, Content-Type, Content-Digest, If-Match, If-None-Match, If-Range, Prefer, Range, X-Request-Id"
/** What a page of another origin may read of an answer. */
const exposedHeaders =
  "Accept-Ranges, Content-Digest, Content-Disposition, Content-Encoding, Content-Length, Content-Range, ETag, Preference-Applied, Repr-Digest, Retry-After, X-Request-Id"

/** Headers that let a page of any site read the answer, without its cookies. */
export const anyOriginHeaders: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": exposedHeaders,
}

/** How long a browser may remember a preflight, in seconds: two hours is what Chromium keeps at most. */
const preflightSeconds = 7200

/** Whether a request comes from the backend's own origin, an allowed one or a foreign one. */
export const judgeOrigin = (
  request: Request,
  options: CorsOptions,
): "same-origin" | "allowed" | "foreign" => {
  const origin = request.headers.get("Origin")
  const site = request.headers.get("Sec-Fetch-Site")
  // Programs send neither; a browser that leaves the origin out may still say that it is another site's page.
  if (origin === null) return site === "cross-site" ? "foreign" : "same-origin"
  if (options.allowOrigins?.includes(origin) === true) return "allowed"
  // A page of any site makes the browser send cookies along, and a simple POST asks for no preflight.
  if (options.allowOrigins?.includes("*") === true && !request.headers.has("Cookie")) return "allowed"
  if (site !== null) return site === "same-origin" || site === "none" ? "same-origin" : "foreign"
  // Behind a proxy that ends TLS the scheme differs, so the host decides.
  return /^https?:\/\/(.+)$/.exec(origin)?.[1] === new URL(request.url).host ? "same-origin" : "foreign"
}

/** Headers that let the asking page read the answer; none when its origin is not on the list. */
export const corsHeaders = (request: Request, options: CorsOptions): Record<string, string> => {
  const origin = request.headers.get("Origin")
  if (origin === null || judgeOrigin(request, options) !== "allowed") return {}
  if (options.allowOrigins?.includes(origin) !== true) return { ...anyOriginHeaders }
  return {
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Expose-Headers": exposedHeaders,
    ...(options.allowCredentials === true ? { "Access-Control-Allow-Credentials": "true" } : {}),
  }
}

/** The answer to a preflight: 204, with permission only for listed origins. */
export const preflightResponse = (request: Request, options: CorsOptions): Response => {
  const cors = corsHeaders(request, options)
  const allowed = "Access-Control-Allow-Origin" in cors
  return new Response(null, {
    status: 204,
    headers: {
      ...cors,
      ...(allowed
        ? {
            "Access-Control-Allow-Methods": allowedMethods,
            "Access-Control-Allow-Headers": [allowedHeaders, ...(options.allowHeaders ?? [])].join(", "),
            "Access-Control-Max-Age": String(preflightSeconds),
          }
        : {}),
      Allow: `${allowedMethods}, OPTIONS`,
      Vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    },
  })
}
