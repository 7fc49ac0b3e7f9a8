"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { t } from "@/messages/t";

/** ARM's answer word for word. Closed at first, because few need it and it is long. */
export function RawCard({ raw }: { raw: unknown }) {
  const [open, setOpen] = useState(false);
  return (
    <Card id="raw" aria-labelledby="raw-title" className="scroll-mt-24">
      <CardHeader
        id="raw-title"
        title={t("machine.raw.title")}
        description={t("machine.raw.about")}
        actions={
          <Button size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t("machine.raw.hide") : t("machine.raw.show")}
          </Button>
        }
      />
      {open ? (
        <CardBody>
          <CodeBlock code={JSON.stringify(raw, null, 2) ?? ""} label={t("machine.raw.label")} copyLabel={t("machine.raw.copy")} />
        </CardBody>
      ) : null}
    </Card>
  );
}
