"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { apiResponse } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { downloadAnswer } from "@/lib/client/download";
import type { Problem } from "@/lib/domain/errors";
import { Button, type ButtonProps } from "./button";
import { Menu, MenuItem } from "./menu";

type ExportFormat = "csv" | "json";

export type ExportMenuProps = {
  words: { menu: string; busy: string; csv: string; json: string };
  /** Where the portal gives everything in that form. */
  address: (format: ExportFormat) => string;
  /** Of the file, where the answer gives none. */
  name: string;
  disabled: boolean;
  size?: ButtonProps["size"];
  onProblem: (problem: Problem | null) => void;
};

/** Saves what the portal exports, as CSV or JSON. */
export function ExportMenu({ words, address, name, disabled, size, onProblem }: ExportMenuProps) {
  const [busy, setBusy] = useState(false);
  const save = (format: ExportFormat) => {
    setBusy(true);
    onProblem(null);
    apiResponse(address(format))
      .then((response) => downloadAnswer(response, `${name}.${format}`))
      .catch((error: unknown) => onProblem(toClientProblem(error)))
      .finally(() => setBusy(false));
  };
  return (
    <Menu
      trigger={
        <Button size={size} disabled={disabled || busy}>
          <Download aria-hidden />
          {busy ? words.busy : words.menu}
        </Button>
      }
    >
      <MenuItem onSelect={() => save("csv")}>{words.csv}</MenuItem>
      <MenuItem onSelect={() => save("json")}>{words.json}</MenuItem>
    </Menu>
  );
}
