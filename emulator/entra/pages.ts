import { createHash } from "node:crypto";
import type { WireResponse } from "../core/contract.ts";
import type { User } from "../world/types.ts";
import { type Html, html } from "./html.ts";

const SUBMIT_SCRIPT = "document.forms[0].submit()";
const SUBMIT_HASH = createHash("sha256").update(SUBMIT_SCRIPT).digest("base64");

type PageArgs = {
  title: string;
  body: Html;
  status?: number;
  headers?: Record<string, string>;
  /** Origins that a form of the page ends up at, redirects included. */
  formTargets?: string[];
  script?: boolean;
};

export function page(args: PageArgs): WireResponse {
  const script = args.script === true ? ` script-src 'sha256-${SUBMIT_HASH}';` : "";
  const targets = ["'self'", ...(args.formTargets ?? [])].join(" ");
  const policy = `default-src 'none'; style-src 'self'; img-src 'self';${script} form-action ${targets}; frame-ancestors 'none'; base-uri 'none'`;
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${args.title} - Local Azure</title>
<link rel="icon" href="/login/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/login/style.css">
</head>
<body>
<header class="banner"><strong>Local Azure</strong>: not a real tenant. Nothing here reaches Microsoft.</header>
<main>${args.body}</main>
</body>
</html>
`;
  return {
    status: args.status ?? 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
      ...args.headers,
    },
    body: document.html,
  };
}

type StepArgs = { action: string; flowId: string; formTargets: string[]; headers?: Record<string, string> };

function hiddenFields(args: StepArgs, step: string): Html {
  return html`<input type="hidden" name="flow" value="${args.flowId}"><input type="hidden" name="step" value="${step}">`;
}

function personaButton(user: User, index: number, signedIn: boolean): Html {
  const login = user.mail ?? user.userPrincipalName;
  const id = `purpose-${index}`;
  const guest = user.homeTenantId === user.tenantId ? html`` : html` <span class="tag">Guest</span>`;
  const active = signedIn ? html` <span class="tag">Signed in</span>` : html``;
  return html`<li class="card"><button class="account" name="account" value="${login}" aria-describedby="${id}">
<span class="line"><span class="name">${user.displayName}</span> <span class="role">${user.persona?.title ?? ""}</span>${guest}${active}</span>
<span class="login">${login}</span>
</button><p class="purpose" id="${id}">${user.persona?.purpose ?? ""}</p></li>`;
}

/** The account picker: every persona with what it is for, and a field for any other account. Works without script. */
export function pickerPage(
  args: StepArgs & {
    appName: string;
    tenantName: string;
    users: User[];
    signedIn: ReadonlySet<string>;
    loginHint: string | null;
    problem: string | null;
    status?: number;
  },
): WireResponse {
  const problem = args.problem === null ? html`` : html`<p class="problem" role="alert">${args.problem}</p>`;
  const buttons = args.users.map((user, index) => personaButton(user, index, args.signedIn.has(user.homeObjectId)));
  return page({
    title: "Pick an account",
    formTargets: args.formTargets,
    ...(args.headers === undefined ? {} : { headers: args.headers }),
    ...(args.status === undefined ? {} : { status: args.status }),
    body: html`<h1>Pick an account</h1>
<p>to continue to <strong>${args.appName}</strong> in ${args.tenantName}</p>
${problem}
<form method="post" action="${args.action}">${hiddenFields(args, "account")}<ul class="accounts">${buttons}</ul></form>
<form method="post" action="${args.action}" class="other">${hiddenFields(args, "account")}
<label for="other">Use another account</label>
<p class="hint" id="other-hint">User name or mail of anybody in the directory, also a disabled or unknown one to see the refusal.</p>
<div class="row"><input id="other" name="account" type="text" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="other-hint" value="${args.loginHint ?? ""}" required><button class="plain">Next</button></div></form>`,
  });
}

/** Stands for the second factor. Local Azure sends no message; the person presses a button. */
export function confirmPage(args: StepArgs & { user: User; contexts: string[] }): WireResponse {
  const contexts = args.contexts.filter((value) => value !== "mfa").join(", ");
  const reason =
    contexts === "" ? html`` : html` It adds the authentication context <strong>${contexts}</strong> to the sign-in.`;
  return page({
    title: "Confirm that it is you",
    formTargets: args.formTargets,
    ...(args.headers === undefined ? {} : { headers: args.headers }),
    body: html`<h1>Confirm that it is you</h1>
<p>${args.user.displayName}, this request needs a stronger sign-in.${reason}</p>
<p class="hint">In a real tenant your phone or key would ask now.</p>
<form method="post" action="${args.action}">${hiddenFields(args, "confirm")}<div class="row"><button class="main" name="answer" value="approve">Approve</button><button class="plain" name="answer" value="deny">Deny</button></div></form>`,
  });
}

export function consentPage(args: StepArgs & { appName: string; scopes: string[] }): WireResponse {
  return page({
    title: "Permissions requested",
    formTargets: args.formTargets,
    ...(args.headers === undefined ? {} : { headers: args.headers }),
    body: html`<h1>Permissions requested</h1>
<p><strong>${args.appName}</strong> asks for:</p>
<ul class="scopes">${args.scopes.map((scope) => html`<li>${scope}</li>`)}</ul>
<form method="post" action="${args.action}">${hiddenFields(args, "consent")}<div class="row"><button class="main" name="answer" value="approve">Accept</button><button class="plain" name="answer" value="deny">Cancel</button></div></form>`,
  });
}

/** A refusal that may not be sent to the application, because its address is not trusted. */
export function errorPage(args: {
  status: number;
  heading: string;
  detail: string;
  codeText: string;
  headers?: Record<string, string>;
}): WireResponse {
  return page({
    title: args.heading,
    status: args.status,
    ...(args.headers === undefined ? {} : { headers: args.headers }),
    body: html`<h1>${args.heading}</h1><p class="problem" role="alert">${args.detail}</p><p class="hint">${args.codeText}</p>`,
  });
}

export function signedOutPage(headers: Record<string, string>): WireResponse {
  return page({
    title: "You are signed out",
    headers,
    body: html`<h1>You are signed out</h1><p>Close this window, or go back to the application and sign in again.</p>`,
  });
}

/** response_mode=form_post: a form that posts itself, with a button for browsers that run no script. */
export function formPostPage(args: {
  target: string;
  fields: [string, string][];
  headers: Record<string, string>;
}): WireResponse {
  return page({
    title: "Working",
    headers: args.headers,
    formTargets: [new URL(args.target).origin],
    script: true,
    body: html`<h1>Signing you in</h1><form method="post" action="${args.target}">${args.fields.map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
    )}<button class="main">Continue</button></form><script>${{ html: SUBMIT_SCRIPT }}</script>`,
  });
}

export const STYLE = `:root{color-scheme:light dark;--ground:#f3f4f6;--card:#fff;--text:#17191c;--soft:#4b5563;--line:#6b7280;--edge:#d1d5db;--accent:#1d4ed8;--on-accent:#fff;--warn:#7c2d12;--warn-ground:#ffedd5;--bad:#991b1b;--bad-ground:#fee2e2}
@media (prefers-color-scheme:dark){:root{--ground:#0f1115;--card:#191c22;--text:#eceef1;--soft:#b4bac4;--line:#8b93a1;--edge:#363b45;--accent:#93b4ff;--on-accent:#0f1115;--warn:#fed7aa;--warn-ground:#431f0b;--bad:#fecaca;--bad-ground:#450a0a}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,"Segoe UI",sans-serif}
.banner{margin:0;padding:8px 16px;background:var(--warn-ground);color:var(--warn);text-align:center}
main{max-width:620px;margin:24px auto;padding:24px;background:var(--card);border:1px solid var(--edge);border-radius:8px}
h1{font-size:22px;line-height:1.3;margin:0 0 4px}p{margin:0 0 12px}.hint{color:var(--soft);font-size:13px}
.accounts{list-style:none;margin:12px 0 20px;padding:0;display:grid;gap:6px}
button{font:inherit;color:inherit;cursor:pointer;border-radius:6px;border:1px solid var(--line);background:transparent;padding:8px 16px;min-height:40px}
button:hover{border-color:var(--accent)}button:focus-visible,input:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.card{position:relative;border:1px solid var(--edge);border-radius:6px;padding:9px 14px}.card:hover{border-color:var(--accent)}
.account{display:grid;gap:1px;width:100%;text-align:left;padding:0;border:0;min-height:0}.account::after{content:"";position:absolute;inset:0;border-radius:6px}
.account:focus-visible{outline:0}.account:focus-visible::after{outline:3px solid var(--accent);outline-offset:2px}
.line{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:baseline}.name{font-weight:600}.role{color:var(--accent);font-size:13px}
.login,.purpose{color:var(--soft);font-size:13px}.purpose{margin:2px 0 0}.login{overflow-wrap:anywhere}
.tag{font-size:12px;border:1px solid var(--line);border-radius:4px;padding:0 5px}
.main{background:var(--accent);color:var(--on-accent);border-color:var(--accent)}
.row{display:flex;gap:8px;flex-wrap:wrap}.row input{flex:1 1 220px}label{font-weight:600}
input[type=text]{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:8px 10px;min-height:40px;min-width:0}
.problem{background:var(--bad-ground);color:var(--bad);padding:10px 12px;border-radius:6px;overflow-wrap:anywhere}
@media (max-width:640px){main{margin:0;border-radius:0;border-width:0 0 1px;padding:16px}}
`;

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#b45309"/><path d="M9 22h14M16 8l6 14M16 8l-6 14" stroke="#fff" stroke-width="2.6" fill="none" stroke-linecap="round"/></svg>`;
