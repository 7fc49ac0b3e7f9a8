import { CircleAlert, TriangleAlert } from "lucide-react";
import { cn } from "@/components/ui/class-names";
import type { ManageProblem } from "@/lib/domain/elevation/manage/api";
import { problemWords } from "./words";

/** What speaks against a change, gravest as it comes. The sentence says it; the sign and colour repeat it. */
export function ProblemList({ problems }: { problems: readonly ManageProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="grid gap-1">
      {problems.map((problem) => {
        const Icon = problem.weight === "warns" ? TriangleAlert : CircleAlert;
        return (
          <li
            key={problem.id}
            className={cn("flex min-w-0 items-start gap-1.5 text-xs", problem.weight === "warns" ? "text-warn" : "text-bad")}
          >
            <Icon aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            <span className="min-w-0 break-words">{problemWords(problem)}</span>
          </li>
        );
      })}
    </ul>
  );
}
