import type * as ja from "../../ja/administration/list";
import { users } from "../counts";

export const list: typeof ja.list = {
  caption: "Users",
  lead: "Create users, change their permissions, unlock them, reissue their certificates, and more.",
  search: "Find a user",
  searchHint: "Type a part of the user ID or of the e-mail address.",
  create: "Create a user",
  import: "Import from CSV",
  export: "Export as CSV",
  exporting: "Exporting the users. Please wait.",
  exported: (file) => `Saved as “${file}”.`,
  columns: {
    userId: "User ID",
    email: "E-mail",
    state: "State",
    certificate: "Certificate",
    lastLogin: "Last login",
  },
  yourself: "You",
  primary: "Primary administrator",
  noEmail: "None",
  never: "Never",
  more: (count) => `Show ${count} more`,
  moreLoading: "Loading more…",
  shown: (count, more) => (more ? `Showing ${users(count)}; there are more` : users(count)),
  found: (count, more) => (more ? `At least ${users(count)} found.` : `${users(count)} found.`),
  added: (count, total) => `${users(count)} added. Showing ${total}.`,
  none: "There are no users yet.",
  notFound: (search) => `No user matches “${search}”.`,
  searching: "Searching…",
  clear: "Clear the search",
};
