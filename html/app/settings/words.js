// What the settings are called, and what they are for.

export const URL_NAME = "AUDIOBOOKSHELF_BASE_URL";
export const KEY_NAME = "AUDIOBOOKSHELF_API_KEY";
export const USER_MAP = "AUDIOBOOKSHELF_USER_MAP";
export const USER_TOKEN = "AUDIOBOOKSHELF_USER_TOKEN";
export const DOCUMENT_MAP = "AUDIOBOOKSHELF_DOCUMENT_MAP";

export const WORDS = {
  [URL_NAME]: ["Address of Audiobookshelf", "https://books.example, also with a path"],
  [USER_MAP]: ["Who is who", "Each account with the API key of its own user in Audiobookshelf, "
    + "made there under Settings › API Keys. A key shown as asterisks stays as it is"],
  [KEY_NAME]: ["API key for everybody else",
    "For accounts that the table above does not name: all of them share that user's place"],
  [DOCUMENT_MAP]: ["Which book is which",
    "For all accounts, documents whose library item is fixed by hand. A link that somebody makes counts before it"],
  AUDIOBOOKSHELF_DEVICE_NAME: ["Name on the readers", "What KOReader shows for positions from there"],
  AUDIOBOOKSHELF_HTTP_TIMEOUT: ["Longest wait, in ms", "100 to 120000"],
  AUDIOBOOKSHELF_USER_ID: ["User id", "Only for servers that have progress routes for a user"],
  [USER_TOKEN]: ["User token", "Sent as X-ABS-User-Token, for proxies that want it"],
};

// [key in the JSON, words, is it a secret]; the last two only for who needs them.
export const USER_COLUMNS = [["api_key", "API key", true], ["device", "Name on the readers", false],
  ["user_id", "User id", false], ["user_token", "User token", true]];
export const RARE_COLUMNS = ["user_id", "user_token"];

const ORIGINS = { override: "set here", environment: "from the environment" };
export const originOf = (setting) => ORIGINS[setting.origin] ?? (setting.default === null ? "not set" : "default");
