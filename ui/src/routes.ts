import type { Component } from "svelte";

import type { Cover, Screen } from "./model/router.svelte";
import type { Shell } from "./model/shell.svelte";
import Administration from "./screens/administration/Administration.svelte";
import Diagnosis from "./screens/diagnosis/Diagnosis.svelte";
import Issuance from "./screens/enrolment/Issuance.svelte";
import Help from "./screens/help/Help.svelte";
import ExpiredPassword from "./screens/login/ExpiredPassword.svelte";
import Password from "./screens/login/Password.svelte";
import History from "./screens/menu/History.svelte";
import Menu from "./screens/menu/Menu.svelte";
import OwnEmail from "./screens/menu/OwnEmail.svelte";
import OwnPassword from "./screens/menu/OwnPassword.svelte";
import Notices from "./screens/notices/Notices.svelte";
import FinishRenewal from "./screens/renewal/FinishRenewal.svelte";
import Renewal from "./screens/renewal/Renewal.svelte";
import Settings from "./screens/settings/Settings.svelte";
import AddProfile from "./screens/start/AddProfile.svelte";
import Broken from "./screens/start/Broken.svelte";
import Loading from "./screens/start/Loading.svelte";
import Start from "./screens/start/Start.svelte";
import Transfer from "./screens/transfer/Transfer.svelte";
import type { Catalogue } from "./text";

/** A screen by its name: what draws it from the rest of its {@link Screen}, and what the window is called. */
type Route<Name extends Screen["name"]> = {
  component: Component<Omit<Extract<Screen, { name: Name }>, "name">>;
  title: (text: Catalogue, shell: Shell) => string;
  /** Whether it begins anew when it is opened again, since what is typed into it belongs to one opening. */
  anew?: boolean;
};

type Routes = { [Name in Screen["name"]]: Route<Name> };

export const routes: Routes = {
  loading: { component: Loading, title: () => "" },
  broken: { component: Broken, title: () => "" },
  start: {
    component: Start,
    title: (t, shell) => (shell.router.selecting ? t.certificates.title : t.start.title),
  },
  profile: { component: AddProfile, title: (t) => t.profile.title },
  issuance: { component: Issuance, title: (t) => t.enrolment.title, anew: true },
  password: { component: Password, title: (t) => t.login.title, anew: true },
  change: { component: ExpiredPassword, title: (t) => t.newPassword.title, anew: true },
  menu: { component: Menu, title: (t) => t.menu.title },
  renewal: { component: Renewal, title: (t) => t.renewal.title },
  "finish-renewal": { component: FinishRenewal, title: (t) => t.renewal.finish.title },
  "own-password": { component: OwnPassword, title: (t) => t.newPassword.title, anew: true },
  history: { component: History, title: (t) => t.history.title, anew: true },
  "own-email": { component: OwnEmail, title: (t) => t.ownEmail.title, anew: true },
  transfer: { component: Transfer, title: (t) => t.transfer.title },
  administration: { component: Administration, title: (t) => t.administration.title },
};

/** What covers a screen. */
export const covers: Record<Cover, { component: Component; title: (text: Catalogue) => string }> = {
  help: { component: Help, title: (t) => t.help.title },
  diagnosis: { component: Diagnosis, title: (t) => t.diagnosis.title },
  notices: { component: Notices, title: (t) => t.notices.title },
  settings: { component: Settings, title: (t) => t.settings.title },
};
