"use client";

import { Segmented } from "@/components/ui/segmented";
import { ACCESS_LANES } from "@/lib/client/access/matrix-types";
import type { AccessLane } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { laneWords } from "./access-words";

/** Which access is counted. The sentence under the choice says what the chosen word means. */
export function LaneChoice({ value, onChange }: { value: AccessLane; onChange: (lane: AccessLane) => void }) {
  return (
    <div className="scroll-thin max-w-full overflow-x-auto" title={t(`accessFleet.lane.${value}How`)}>
      <Segmented
        label={t("accessFleet.lane.label")}
        value={value}
        options={ACCESS_LANES.map((lane) => ({ value: lane, label: laneWords(lane) }))}
        onChange={onChange}
      />
    </div>
  );
}
