// Where the server has a book: the routes of one document, of the account that is looked at when they are made.
import { owner, query, segment } from "../api.js";

const route = (document, whose) => (name = "", parameters = {}) => (
  `/admin/library/${segment(document)}${name && `/${name}`}${query({ ...parameters, ...whose })}`);

export function addressOf(document) {
  const whose = owner();
  return {
    owner: whose, // the parameter that says so, for routes that are of no document
    at: route(document, whose), // at("alignment"), at("text", {at: "0"})
    of: (other) => route(other, whose), // the same of another document
    // To administrators the log tells of all accounts, which may have the same file.
    activity: (parameters) => `/admin/activity${query({ document, ...whose, ...parameters })}`,
  };
}
