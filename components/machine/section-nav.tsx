import { Link } from "@/components/ui/link";
import { pages } from "@/lib/config/routes";
import type { MachineRef } from "@/lib/domain/machine";
import { t } from "@/messages/t";

const SECTIONS = [
  ["sign-in", "signIn"],
  ["identity", "identity"],
  ["protection", "protection"],
  ["certificate", "certificate"],
  ["agent", "agent"],
  ["extensions", "extensions"],
  ["network", "network"],
  ["activity", "activity"],
  ["raw", "raw"],
] as const;

const ITEM =
  "-mb-px inline-flex h-9 items-center whitespace-nowrap border-transparent border-b-2 font-medium text-[0.8125rem] hover:border-line-strong hover:text-foreground focus-visible:outline-offset-[-2px]";

/** Links to the pages about access, then to the parts of this page; each part has its own address. */
export function SectionNav({ machineRef }: { machineRef: MachineRef }) {
  return (
    <nav aria-label={t("machine.sections.label")} className="scroll-thin overflow-x-auto border-line border-b">
      <ul className="flex gap-4">
        <li>
          <Link href={pages.machineAccess(machineRef)} className={`${ITEM} text-link`}>
            {t("machine.sections.access")}
          </Link>
        </li>
        <li>
          <Link href={pages.machineReach(machineRef)} className={`${ITEM} text-link`}>
            {t("machine.sections.reach")}
          </Link>
        </li>
        {SECTIONS.map(([id, key]) => (
          <li key={id}>
            <a href={`#${id}`} className={`${ITEM} text-muted`}>
              {t(`machine.sections.${key}`)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
