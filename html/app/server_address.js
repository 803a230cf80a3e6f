// Shows the address to type into KOReader. The page may be served below a base path, and as
// /audiobookshelf or /audiobookshelf/: the address ends before that.
const basePath = location.pathname.replace(/\/(audiobookshelf\/?|index\.html)?$/, "");

if (location.protocol === "https:" || location.protocol === "http:") {
  document.getElementById("server-address").textContent = location.origin + basePath;
  document.getElementById("address-note").hidden = !["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
}
