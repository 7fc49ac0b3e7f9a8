import { Badge } from "@/components/ui/badge";
import { Link } from "@/components/ui/link";
import {
  cellText,
  certificateStateWords,
  certificateTone,
  identityTone,
  identityWords,
  signInTone,
  signInWords,
  statusTone,
  statusWords,
  tagPairs,
} from "@/lib/client/fleet-cells";
import type { GridColumn } from "@/lib/client/fleet-columns";
import type { FleetRow } from "@/lib/client/fleet-types";
import { formatDateTime, formatRelative, minutesToMs } from "@/lib/client/format";
import { pages } from "@/lib/config/routes";
import { parseMachineId } from "@/lib/domain/machine";
import { CertificateBar } from "./certificate-bar";

/** Address of a machine's page; null for an id that is not a machine's, which then has no page. */
export function machineHref(id: string): string | null {
  const ref = parseMachineId(id);
  return ref === null ? null : pages.machine(ref);
}

export function MachineLink({ row, tabIndex }: { row: FleetRow; tabIndex?: number }) {
  const href = machineHref(row.id);
  if (href === null) return <span className="truncate font-medium">{row.name}</span>;
  return (
    <Link
      href={href}
      prefetch={false}
      {...(tabIndex === undefined ? {} : { tabIndex })}
      className="truncate font-medium text-link hover:underline"
      title={row.name}
    >
      {row.name}
    </Link>
  );
}

/** What one cell shows. */
export function GridCellContent({ row, column, nowMs }: { row: FleetRow; column: GridColumn; nowMs: number }) {
  switch (column) {
    case "name":
      return <MachineLink row={row} tabIndex={-1} />;
    case "status":
      return <Badge tone={statusTone(row.status)}>{statusWords(row.status)}</Badge>;
    case "identity":
      return <Badge tone={identityTone(row.identityKind)}>{identityWords(row.identityKind)}</Badge>;
    case "certificate":
      return (
        <span className="flex min-w-0 items-center gap-1.5">
          <CertificateBar row={row} nowMs={nowMs} />
          <Badge tone={certificateTone(row.certificateState)}>{certificateStateWords(row.certificateState)}</Badge>
        </span>
      );
    case "signIn":
      return <Badge tone={signInTone(row.extensionState)}>{signInWords(row)}</Badge>;
    case "changed": {
      const at = minutesToMs(row.lastStatusChange);
      return at === null ? null : (
        <time dateTime={new Date(at).toISOString()} title={formatDateTime(at)} className="truncate">
          {formatRelative(at, nowMs)}
        </time>
      );
    }
    case "tags": {
      const text = tagPairs(row.tags).join(", ");
      return (
        <span className="truncate" title={text}>
          {text}
        </span>
      );
    }
    default: {
      const text = cellText(row, column, nowMs);
      return (
        <span className="truncate" title={text}>
          {text}
        </span>
      );
    }
  }
}
