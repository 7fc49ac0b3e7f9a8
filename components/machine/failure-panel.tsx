import { TriangleAlert } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { ExtensionFailure } from "@/lib/domain/api";
import { t, tDynamic } from "@/messages/t";
import { Fact, Facts, IdText } from "./facts";

function TextList({ title, keys, ordered }: { title: string; keys: readonly string[]; ordered: boolean }) {
  if (keys.length === 0) return null;
  const List = ordered ? "ol" : "ul";
  return (
    <div>
      <h4 className="font-medium">{title}</h4>
      <List className={ordered ? "mt-1 list-decimal pl-5" : "mt-1 list-disc pl-5"}>
        {keys.map((key) => (
          <li key={key}>{tDynamic(key)}</li>
        ))}
      </List>
    </div>
  );
}

function isLink(source: string): boolean {
  return source.startsWith("https://");
}

/** A failed extension explained: meaning, causes, what to do, codes, sources, and Azure's own words. */
export function FailurePanel({ failure, actions }: { failure: ExtensionFailure; actions?: React.ReactNode }) {
  return (
    <section
      aria-label={t("failures.title")}
      className="grid grid-cols-1 gap-3 rounded-lg border border-bad/35 bg-bad-soft/40 px-4 py-3 text-[0.8125rem]"
    >
      <div className="flex gap-3">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
        <div className="min-w-0">
          <h3 className="font-semibold">{tDynamic(failure.meaning)}</h3>
          <p className="mt-1 flex flex-wrap gap-1.5">
            {failure.exitCode === null ? null : (
              <Badge tone="bad" dot={false}>{`${t("failures.exitCode")} ${failure.exitCode}`}</Badge>
            )}
            {failure.hex === null ? null : (
              <Badge tone="quiet" dot={false}>
                {failure.hex}
              </Badge>
            )}
            {failure.name === null ? null : (
              <Badge tone="quiet" dot={false}>
                {failure.name}
              </Badge>
            )}
          </p>
        </div>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextList title={t("failures.causes")} keys={failure.likelyCauses} ordered={false} />
        <TextList title={t("failures.fixes")} keys={failure.fixes} ordered />
      </div>
      {actions === undefined ? null : <div className="flex flex-wrap gap-2">{actions}</div>}
      {failure.rawMessage === null && failure.rawCode === null ? null : (
        <blockquote className="border-bad/40 border-l-2 pl-3 text-muted">
          <span className="font-medium text-foreground">{t("failures.rawMessage")}: </span>
          <span className="break-words">{failure.rawMessage ?? failure.rawCode}</span>
        </blockquote>
      )}
      <details>
        <summary className="font-medium text-link">{t("failures.sources")}</summary>
        <p className="mt-1 text-muted">{t(`failures.confidence.${failure.confidence}`)}</p>
        <ul className="mt-1 list-disc pl-5 text-muted text-xs">
          {failure.sources.map((source) => (
            <li key={source} className="break-words">
              {isLink(source) ? (
                <a href={source} target="_blank" rel="noreferrer" className="text-link underline">
                  {source}
                </a>
              ) : (
                source
              )}
            </li>
          ))}
        </ul>
        {failure.rawCode === null ? null : (
          <Facts className="mt-2">
            <Fact label={t("failures.rawCode")}>
              <IdText value={failure.rawCode} what={t("failures.rawCode")} />
            </Fact>
          </Facts>
        )}
      </details>
    </section>
  );
}
