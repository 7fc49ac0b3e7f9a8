"use client";

import { Building2, LockKeyhole, ShieldAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { useAuth } from "@/lib/client/auth-provider";
import type { SignedInAccount } from "@/lib/client/auth-session";
import { useConfig } from "@/lib/client/config";
import type { Session } from "@/lib/client/session";
import { t } from "@/messages/t";
import { Notice } from "./notice";

/** The page is served over http to another computer: the browser then has no cryptography for a sign-in. */
export function InsecureOrigin({ address }: { address: string }) {
  return (
    <Notice icon={LockKeyhole} title={t("auth.insecure.title")}>
      <p>{t("auth.insecure.text", { address })}</p>
      <p>{t("auth.insecure.next")}</p>
    </Notice>
  );
}

function OtherAccountButtons() {
  const { signIn, signOut } = useAuth();
  const quietly = (leaving: Promise<unknown>) => void leaving.catch(() => undefined);
  return (
    <>
      <Button variant="primary" size="lg" onClick={() => quietly(signIn())}>
        {t("auth.otherAccount")}
      </Button>
      <Button size="lg" onClick={() => quietly(signOut())}>
        {t("auth.signOut")}
      </Button>
    </>
  );
}

/** Signed in, but with an account of a tenant that this portal does not serve. */
export function WrongTenant({ account, detail }: { account: SignedInAccount; detail: string }) {
  const config = useConfig();
  return (
    <Notice icon={Building2} title={t("auth.wrongTenant.title")} actions={<OtherAccountButtons />}>
      <p>{t("auth.wrongTenant.text", { name: account.username, tenant: account.tenantId })}</p>
      <p>{detail}</p>
      <p>{t("auth.wrongTenant.served", { tenants: config.allowedTenantIds.join(", ") })}</p>
    </Notice>
  );
}

/** Signed in in the right tenant, but Azure shows this person no subscription at all. */
export function NoAccess({ account, session }: { account: SignedInAccount; session: Session }) {
  const others = (session.info?.tenants ?? []).filter((tenant) => !tenant.current);
  const config = useConfig();
  const reachable = others.filter((tenant) => config.allowedTenantIds.includes(tenant.tenantId.toLowerCase()));
  return (
    <Notice
      icon={ShieldAlert}
      title={t("auth.noAccess.title")}
      actions={
        <>
          <Button variant="primary" size="lg" onClick={session.reload}>
            {t("auth.noAccess.again")}
          </Button>
          {reachable.map((tenant) => (
            <Button
              key={tenant.tenantId}
              size="lg"
              onClick={() => void session.switchTenant(tenant.tenantId).catch(() => undefined)}
            >
              {t("auth.noAccess.switch", { tenant: tenant.displayName })}
            </Button>
          ))}
          <Button size="lg" onClick={() => void session.signOut().catch(() => undefined)}>
            {t("auth.signOut")}
          </Button>
        </>
      }
    >
      <p>{t("auth.noAccess.text", { name: account.username })}</p>
      <p>{t("auth.noAccess.next")}</p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-xs">
        <dt>{t("auth.objectId")}</dt>
        <dd className="break-all font-mono text-foreground">{account.objectId}</dd>
        <dt>{t("auth.tenantId")}</dt>
        <dd className="break-all font-mono text-foreground">{account.tenantId}</dd>
      </dl>
    </Notice>
  );
}
