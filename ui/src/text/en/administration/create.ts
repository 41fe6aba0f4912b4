import type * as ja from "../../ja/administration/create";

export const create: typeof ja.create = {
  title: "Create a user",
  lead: "The user can obtain a certificate as soon as you are done.",
  person: "The user",
  submit: "Create",
  creating: "Creating the user. Please wait.",
  exists: "This user ID is taken. Please enter another one.",
};
