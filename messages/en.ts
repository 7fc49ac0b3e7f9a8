import { access } from "./en/access";
import { accessFleet } from "./en/access-fleet";
import { audit } from "./en/audit";
import { auth } from "./en/auth";
import { certificate } from "./en/certificate";
import { certificates } from "./en/certificates";
import { common } from "./en/common";
import { elevation } from "./en/elevation";
import { elevationManage } from "./en/elevation-manage";
import { elevationRefusals } from "./en/elevation-refusals";
import { failures } from "./en/failures";
import { glossary } from "./en/glossary";
import { history } from "./en/history";
import { machine } from "./en/machine";
import { machines } from "./en/machines";
import { notices } from "./en/notices";
import { overview } from "./en/overview";
import { rollout } from "./en/rollout";
import { rolloutLive } from "./en/rollout-live";
import { rolloutWizard } from "./en/rollout-wizard";
import { settings } from "./en/settings";
import { shell } from "./en/shell";
import { signIn } from "./en/sign-in";

/** Every word of the interface. A section is one file that exports one `as const` object; a leaf is a text or a plural. */
export const en = {
  access,
  accessFleet,
  audit,
  auth,
  certificate,
  certificates,
  common,
  elevation,
  elevationManage,
  elevationRefusals,
  failures,
  glossary,
  history,
  machine,
  machines,
  notices,
  overview,
  rollout,
  rolloutLive,
  rolloutWizard,
  settings,
  shell,
  signIn,
} as const;
