import type * as ja from "../ja/words";

export const words: typeof ja.words = {
  customer: "Customer",
  customerNumber: "Customer number",
  customerName: "Customer name",
  userId: "User ID",
  issuer: "Issuer",
  validity: "Validity",
  protection: "Key held in",
  protections: {
    software: "This PC (encrypted)",
    hardware: "The security chip of this PC",
  },
  protectionsShort: { software: "Software", hardware: "Security chip" },
  serial: "Serial number",
  thumbprint: "Thumbprint (SHA-256)",
  from: (date) => `From ${date}`,
  until: (date) => `Until ${date}`,
  period: (from, until) => `${from} – ${until}`,
  zone: (name) =>
    name === "Asia/Tokyo"
      ? "Dates and times are shown in Japan time."
      : `Dates and times are shown in the time zone of this PC (${name}).`,
  person: (name) => name,
  labelled: (label, value) => `${label}: ${value}`,
  service: "Service",
  provider: "the service’s help desk",
  support: "Help desk",
  phone: "Telephone",
  email: "E-mail",
  hours: "Hours",
  version: (version) => `Version ${version}`,
  close: "Close",
  back: "Back",
  toStart: "Back to the start",
  stop: "Stop",
  stopping: "Stopping…",
  required: "Required",
  acts: "Actions",
  days: { one: "day", more: "days" },
};

export const copy: typeof ja.copy = {
  copy: (what) => `Copy: ${what}`,
  copied: "Copied.",
  notCopied: "Could not be copied.",
};

export const fields: typeof ja.fields = {
  customer_number: "Customer number",
  user_id: "User ID",
  name: "Name",
  department: "Department",
  password: "Password",
  new_password: "New password",
  current_password: "Current password",
  transfer_code: "Transfer code",
  warifu_profile: "Format version",
  service_name: "Service name",
  enrolment_url: "Address for issuance",
  service_url: "Address of the service",
  trust_anchors: "Certificates of the authority",
  text_percent: "Text size",
  initial_password: "Initial password",
  email: "E-mail",
  permissions: "Permissions",
};

export const input: typeof ja.input = {
  show: "Show",
  hide: "Hide",
  showWhat: (label) => `Show: ${label}`,
  capsLock: "Caps Lock is on. Mind upper and lower case.",
  fullWidth: "There are full-width characters. Please use half-width characters.",
  fullWidthPassword:
    "There are full-width characters. Passwords use half-width letters, digits and symbols only.",
  spaceInPassword: "There is a space. Passwords cannot contain spaces.",
  toHalfWidth: "Convert to half-width",
  converted: "Converted to half-width.",
  empty: (label) => `Please enter: ${label}.`,
  tooLong: (label, most) => `${label}: at most ${most} characters.`,
  customerNumber: "The customer number has 8 half-width digits.",
  userId: "A user ID has 3 to 20 half-width letters, digits, “.”, “-” or “_”.",
};
