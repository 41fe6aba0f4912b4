import type * as ja from "../ja/login";
import { tries, wrong } from "./counts";

export const login: typeof ja.login = {
  title: "Log in",
  lead: "Your certificate was accepted. Enter your password.",
  password: "Password",
  submit: "Log in",
  checking: "Checking your password. Please wait.",
  triesLeft: (count) => `After ${wrong(count)} your user ID is locked.`,
  triesFew: (count) => `Only ${tries(count)} left before your user ID is locked.`,
  cancel: "Cancel",
};

export const locked: typeof ja.locked = {
  user: "If you are a user",
  userNext: "Ask your primary administrator or a user administrator to unlock your user ID.",
  tell: "Tell them",
  primary: "If you are the primary administrator",
  primaryNext: "Apply to {provider} for unlocking, in writing.",
  other: "Choose another certificate",
};
