"use client";

import { useState } from "react";
import type { ExactRequest, Templates } from "@/lib/domain/api";
import { t } from "@/messages/t";
import { CodeBlock } from "./code-block";
import { Tab, TabList, TabPanel, Tabs } from "./tabs";

/** An address names its target at the end, so it is broken into lines instead of running out of sight. */
export const WRAPPED = "[&_pre]:whitespace-pre-wrap [&_pre]:break-all";

/** A request as it goes over the wire: where to, and with which body. */
export function RequestCode({ request }: { request: ExactRequest }) {
  return (
    <>
      <CodeBlock
        code={`${request.method} ${request.url}`}
        label={t("signIn.request.target")}
        copyLabel={t("signIn.request.copyUrl")}
        className={WRAPPED}
      />
      {request.body === null ? (
        <p className="text-muted text-xs">{t("signIn.request.noBody")}</p>
      ) : (
        <CodeBlock
          code={JSON.stringify(request.body, null, 2)}
          label={t("signIn.request.body")}
          copyLabel={t("signIn.request.copyBody")}
        />
      )}
    </>
  );
}

const KINDS = ["armJson", "bicep", "azCli", "powershell"] as const;

/** The request as it is sent, and the same change in the four forms that operators use. */
export function RequestPreview({ request, templates }: { request: ExactRequest; templates: Templates }) {
  const [kind, setKind] = useState<string>(templates.armJson === "" ? "azCli" : "armJson");
  return (
    <div className="grid grid-cols-1 min-w-0 gap-4">
      <div className="grid grid-cols-1 min-w-0 gap-2">
        <h3 className="font-medium text-[0.8125rem]">{t("signIn.request.title")}</h3>
        <RequestCode request={request} />
      </div>
      <div className="grid grid-cols-1 min-w-0 gap-1">
        <h3 className="font-medium text-[0.8125rem]">{t("signIn.request.templates")}</h3>
        <Tabs value={kind} onValueChange={setKind} className="min-w-0">
          <TabList aria-label={t("signIn.request.templates")}>
            {KINDS.map((id) => (
              <Tab key={id} value={id}>
                {t(`signIn.request.${id}`)}
              </Tab>
            ))}
          </TabList>
          {KINDS.map((id) => (
            <TabPanel key={id} value={id}>
              {templates[id] === "" ? (
                <p className="text-[0.8125rem] text-muted">{t("signIn.request.notPossible")}</p>
              ) : (
                <CodeBlock
                  code={templates[id]}
                  label={t(`signIn.request.${id}`)}
                  copyLabel={t("signIn.request.copyTemplate", { kind: t(`signIn.request.${id}`) })}
                />
              )}
            </TabPanel>
          ))}
        </Tabs>
      </div>
    </div>
  );
}
