// Which handler belongs to a method and a path. `:name` in a pattern stands for one segment.

function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export class Router {
  constructor() {
    this.routes = [];
  }

  // Several patterns may share a handler; the first that was added wins.
  on(method, patterns, handler) {
    for (const pattern of [patterns].flat()) {
      this.routes.push({ method, segments: pattern.split("/"), handler });
    }
  }

  // {handler, params}, or null.
  match(method, path) {
    const wanted = method === "HEAD" ? "GET" : method;
    const segments = (path.length > 1 ? path.replace(/\/$/, "") : path).split("/");
    for (const route of this.routes) {
      if (route.method !== wanted || route.segments.length !== segments.length) continue;
      const params = {};
      const fits = route.segments.every((segment, index) => {
        if (!segment.startsWith(":")) return segment === segments[index];
        params[segment.slice(1)] = decoded(segments[index]);
        return segments[index] !== "";
      });
      if (fits) return { handler: route.handler, params };
    }
    return null;
  }
}
