import type * as ja from "../ja/diagnosis";

function items(count: number): string {
  return count === 1 ? "1 item" : `${count} items`;
}

export const diagnosis: typeof ja.diagnosis = {
  title: "Connection diagnosis",
  open: "Connection diagnosis",
  openFrom: "Run the connection diagnosis",
  lead: "Checks the way to the service, the settings of this PC and the certificates, one after another. It changes nothing.",
  run: "Start",
  again: "Run again",
  running: "Checking. Please wait.",
  close: "Back",
  summary: {
    good: "No problem was found.",
    warning: (count) => `Please look at ${items(count)}.`,
    bad: (count) =>
      count === 1
        ? "One problem was found. See its cause and the next step."
        : `${count} problems were found. See their causes and the next steps.`,
    cancelled: "The diagnosis was stopped. These are the results so far.",
  },
  outcomes: { passed: "Good", warning: "Please look", failed: "Problem", skipped: "Not checked" },
  details: "Show details",
  took: (milliseconds) => `${milliseconds} ms`,
  bundleTitle: "Information for support",
  bundleLead:
    "Saves the results, the settings and the app's log as one file (zip) to send to support. It holds no password, no key and no transfer code.",
  bundle: "Save information for support",
  saving: "Saving. Please wait.",
  saved: (name) => `“${name}” was saved.`,
  checks: {
    "name-resolution": "Name of the service",
    proxy: "Proxy",
    reachability: "Reaching the service",
    "tls-version": "Version of encryption",
    "tls-interception": "Inspection of encrypted connections",
    "server-certificate": "Certificate of the service",
    backend: "Answer of the service",
    clock: "Clock of this PC",
    keystore: "Keystore of the operating system",
    key: "Key of the certificate (live signature)",
    "certificate-validity": "Validity of the certificate",
    "certificate-standing": "Acceptance of the certificate",
    folder: "Folder of the app",
    "disk-space": "Free disk space",
    database: "Database",
    leftovers: "Unfinished procedures",
  },
  warnings: {
    "resolved-by-proxy": "This PC cannot resolve the name, but the proxy does.",
    "proxy-script":
      "This PC is set to a proxy auto-configuration script (PAC file), which Warifu does not evaluate. If it cannot connect, ask your IT department for the proxy's address and name it in “Settings”.",
    "proxy-exceptions":
      "The list of addresses that need no proxy holds something that Warifu does not understand. What it means is reached through the proxy.",
    "renew-soon": "It is time to renew the certificate. Log in and renew it.",
    "issuance-unfinished": "An issuance was interrupted. Continue it from the start screen.",
    "renewal-unfinished": "A renewal was interrupted. Finish it as the start screen says.",
    "disk-space-low": "There is little free space on the disk.",
    "orphaned-keys":
      "There are keys that this PC's data does not know. They are kept, because earlier data may come back and need them.",
  },
  skips: {
    "earlier-failure": "Not checked, because an earlier check found a problem.",
    "no-profile": "Not checked, because there is no connection profile.",
    "no-certificate": "Not checked, because there is no certificate.",
    "certificate-unusable": "Not checked, because the certificate cannot be used.",
    "no-name": "Not needed, because the service is given by its address.",
  },
  facts: {
    address: "IP address",
    route: "Route",
    proxy: "Proxy",
    "proxy-script": "Auto-configuration script",
    "proxy-source": "Where the proxy is set",
    "proxy-exception": "Not understood",
    "http-status": "Answer of the proxy",
    "tls-version": "Version",
    "presented-issuer": "Issuer of the presented certificate",
    "presented-issuer-organization": "Organisation of that issuer",
    "presented-subject": "Name in the presented certificate",
    "presented-thumbprint": "Thumbprint of the presented certificate",
    "trusted-authority": "Trusted authority",
    "not-before": "Valid from",
    "not-after": "Valid until",
    "days-left": "Days left",
    thumbprint: "Thumbprint",
    "service-name": "Service",
    "backend-version": "Version of the service",
    "clock-ahead-seconds": "Clock ahead (seconds)",
    "clock-tolerance-seconds": "Tolerance (seconds)",
    protection: "Where the key is kept",
    "tries-left": "Password tries left",
    folder: "Folder",
    "free-bytes": "Free space",
    "schema-version": "Database version",
    "orphaned-keys": "Keys that the data does not know",
    keys: "Keys",
  },
  routes: { direct: "direct", proxy: "through the proxy" },
};
