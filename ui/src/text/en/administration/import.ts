import type * as ja from "../../ja/administration/import";
import { users } from "../counts";

export const imports: typeof ja.imports = {
  title: "Import from CSV",
  lead: (limit) =>
    `Create up to ${limit} users at once from a CSV file made with a spreadsheet. If there is an error, no user is created.`,
  format: "The file",
  formatTexts: [
    "One line holds the headings, each following line one user. There may be a title above the headings.",
    "UTF-8, UTF-16 or Shift_JIS, with commas, tabs or semicolons: as your spreadsheet saves CSV.",
    "The headings are those of “Export as CSV”, in whatever case. Other columns are left out, and shown to you first.",
  ],
  columns: [
    "Needed. 3 to 20 half-width letters, digits, “.”, “-” or “_”",
    "Optional, and recommended. At most 100 characters",
    "Optional. At most 100 characters",
    "Optional",
    "Optional. The names below or their titles, with “;”, a comma, a blank or a line break between several",
    "Optional. One is generated if it is empty",
  ],
  sample: "Example",
  sampleUser: "user",
  samplePeople: ["Hanako Sato", "Taro Suzuki", "Ichiro Takahashi"],
  sampleDepartment: "Sales",
  copySample: "Copy the example",
  copied: "The example has been copied.",
  notCopied: "Could not be copied.",
  names: "Names of the permissions",
  choose: "Choose a file",
  chooseAgain: "Choose another file",
  choosing: "Checking the file. Please wait.",
  preview: "What is in the file",
  file: "File",
  count: "Users to be created",
  people: (count) => users(count),
  first: (count) => `The first ${users(count)}`,
  line: "Line",
  generated: "To be generated",
  given: "From the file",
  ready: "No errors were found. Check the contents, then choose “Create all users”.",
  problems: (count) =>
    count === 1
      ? "The file has 1 error and cannot be imported"
      : `The file has ${count} errors and cannot be imported`,
  problemsHint: "Correct the file, save it, and choose it again. No user has been created.",
  problemsMore: (shown, count) => `These are the first ${shown} of ${count}.`,
  problemLine: "Line",
  problemField: "Item",
  problemReason: "Reason",
  problemFound: (text) => `Found: ${text}`,
  above: (line, text) => `Line ${line}, “${text}”, is above the headings and is not read.`,
  unused: (count) => (count === 1 ? "One column is left out" : `${count} columns are left out`),
  unusedHint: "If one of them is needed, correct its heading, save the file and choose it again.",
  unusedColumn: (position, heading) =>
    heading === "" ? `Column ${position} (no heading)` : `“${heading}” (column ${position})`,
  unusedWhy: {
    "not-imported": "For exports only",
    duplicate: (meant) => `There is another column with “${meant}”`,
    unknown: "A heading that an import does not know",
    similar: (meant) => `Should this be “${meant}”?`,
  },
  unusedFilled: (count) => (count === 1 ? "filled in once" : `filled in ${count} times`),
  leaveOut: "Create the users without these columns",
  run: "Create all users",
  running: "Creating the users. With many of them this can take half a minute.",
  unsure:
    "Because this was interrupted, the users may already have been created. Check the list of users. If they are there, set a new initial password for each of them.",
};
