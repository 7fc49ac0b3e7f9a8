import { Card, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { Table, Td, Th } from "@/components/ui/table";
import { pages } from "@/lib/config/routes";
import type { MachineReachView } from "@/lib/domain/access/api";
import { parseMachineId } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { capabilityName } from "../capability-words";

/** Other machines that the identity may take over. */
export function ControlsCard({ view }: { view: MachineReachView }) {
  const hidden = view.controlsTotal - view.controls.length;
  return (
    <Card aria-labelledby="controls-title">
      <CardHeader id="controls-title" title={t("access.reach.controlsTitle")} description={t("access.reach.controlsAbout")} />
      {view.controls.length === 0 ? (
        <p className="px-4 py-3 text-[0.8125rem] text-muted">{t("access.reach.controlsNone")}</p>
      ) : (
        <div className="scroll-thin max-h-96 overflow-y-auto">
          <Table caption={t("access.reach.controlsTitle")}>
            <thead>
              <tr>
                <Th>{t("access.reach.controlsColumns.machine")}</Th>
                <Th>{t("access.reach.controlsColumns.what")}</Th>
              </tr>
            </thead>
            <tbody>
              {view.controls.map(({ machineId, capabilities }) => {
                const ref = parseMachineId(machineId);
                return (
                  <tr key={machineId}>
                    <Td>
                      {ref === null ? (
                        machineId
                      ) : (
                        <Link
                          href={pages.machineAccess(ref)}
                          className="font-medium text-link underline-offset-4 hover:underline"
                        >
                          {ref.name}
                        </Link>
                      )}
                    </Td>
                    <Td className="text-xs">{capabilities.map(capabilityName).join(", ")}</Td>
                  </tr>
                );
              })}
            </tbody>
          </Table>
        </div>
      )}
      {hidden > 0 ? <p className="px-4 py-2.5 text-muted text-xs">{t("access.reach.controlsMore", { count: hidden })}</p> : null}
    </Card>
  );
}
