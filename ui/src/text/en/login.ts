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
