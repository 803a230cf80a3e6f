// What anybody may ask.

export function addStatusRoutes(router, { options }) {
  router.on("GET", "/ping", (exchange) => exchange.json({ success: true }));
  router.on("GET", "/healthcheck", (exchange) => exchange.status(200));
  router.on("GET", "/status", (exchange) => exchange.json({
    app: "audiobookshelf", serverVersion: options.serverVersion, isInit: true, language: "en-us",
    authMethods: ["local"], authFormData: { authLoginCustomMessage: "" },
  }));
  router.on("POST", "/init", (exchange) => exchange.status(500));
}
