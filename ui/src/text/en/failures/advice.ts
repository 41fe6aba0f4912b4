// Nobody at the customer may act on the primary administrator (FAQ 1-3): advice is given by role.
export const BY_USER =
  "If you are not the primary administrator: ask that person or a user administrator at your company";
export const BY_PRIMARY = "If you are the primary administrator:";

export const ASK_PROVIDER = "If this does not help, contact {provider} and give the error code.";
export const ASK_IT = "If this does not help, show this screen to your IT department.";
export const ASK_REISSUE = [
  `${BY_USER} to have your certificate reissued.`,
  `${BY_PRIMARY} apply to {provider} for a reissue, in writing.`,
];
export const TELL = [`${BY_USER}.`, `${BY_PRIMARY} contact {provider}.`];
