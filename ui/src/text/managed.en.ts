import type { managed as ja } from "./managed.ja";

export const managed: typeof ja = {
  fixed: "Set by your IT department. It cannot be changed here.",
  title: "Some of your IT department's settings cannot be used.",
  next: "Please show this screen to your IT department. Its other settings hold.",
  details: "What cannot be used",
  troubles: {
    unreadable: "It cannot be read.",
    malformed: "The file is malformed.",
    "unknown-setting": "There is no setting of this name.",
    "wrong-type": "The value is of another type.",
    "not-possible": "The value is not possible.",
    "outdated-profile": "The connection profile is older than the one that is here.",
    "bad-file": "The file is not there, or is no connection profile.",
  },
};
