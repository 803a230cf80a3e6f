// Where the server has a book: the routes of one document. api.js adds whose it is.
import { isAdmin, query, segment, whose } from "../api.js";

const route = (document) => (name = "", parameters = {}) => (
  `/admin/library/${segment(document)}${name && `/${name}`}${query(parameters)}`);

export function addressOf(document) {
  return {
    at: route(document), // at("alignment"), at("text", {at: "0"})
    of: route, // the same of another document
    // To administrators the log tells of all accounts, which may have the same file.
    activity: (parameters) => {
      const user = isAdmin() ? whose().username : "";
      return `/admin/activity${query({ document, user, ...parameters })}`;
    },
  };
}
