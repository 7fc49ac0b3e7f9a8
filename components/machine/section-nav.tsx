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

/** Links to the parts of the page; each part has its own address. */
export function SectionNav() {
  return (
    <nav aria-label={t("machine.sections.label")} className="scroll-thin overflow-x-auto border-line border-b">
      <ul className="flex gap-4">
        {SECTIONS.map(([id, key]) => (
          <li key={id}>
            <a
              href={`#${id}`}
              className="-mb-px inline-flex h-9 items-center whitespace-nowrap border-transparent border-b-2 font-medium text-[0.8125rem] text-muted hover:border-line-strong hover:text-foreground focus-visible:outline-offset-[-2px]"
            >
              {t(`machine.sections.${key}`)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
