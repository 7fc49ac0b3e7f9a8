"use client";

import { Columns3, ListFilter } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Menu, MenuCheckItem, MenuItem, MenuLabel, MenuRadioGroup, MenuRadioItem, MenuSeparator } from "@/components/ui/menu";
import { SearchInput } from "@/components/ui/search-input";
import { GRID_COLUMNS } from "@/lib/client/fleet-columns";
import { DEFAULT_COLUMNS, DENSITIES } from "@/lib/client/url-state";
import { t } from "@/messages/t";
import type { GridState } from "./use-grid-state";

function ColumnsMenu({ grid }: { grid: GridState }) {
  const shown = grid.url.columns;
  return (
    <Menu
      label={t("machines.columns")}
      trigger={
        <Button>
          <Columns3 aria-hidden />
          {t("machines.columns")}
        </Button>
      }
    >
      <MenuLabel>{t("machines.columns")}</MenuLabel>
      {GRID_COLUMNS.filter((column) => column !== "name").map((column) => (
        <MenuCheckItem
          key={column}
          checked={shown.includes(column)}
          onSelect={(event) => event.preventDefault()}
          onCheckedChange={(checked) =>
            grid.change({
              columns: GRID_COLUMNS.filter((item) => item === "name" || (item === column ? checked : shown.includes(item))),
            })
          }
        >
          {t(`machines.column.${column}`)}
        </MenuCheckItem>
      ))}
      <MenuItem onSelect={() => grid.change({ columns: [...DEFAULT_COLUMNS] })}>{t("machines.columnsReset")}</MenuItem>
      <MenuSeparator />
      <MenuLabel>{t("machines.density")}</MenuLabel>
      <MenuRadioGroup
        value={grid.url.density}
        onValueChange={(value) => {
          const density = DENSITIES.find((item) => item === value);
          if (density !== undefined) grid.change({ density });
        }}
      >
        {DENSITIES.map((density) => (
          <MenuRadioItem key={density} value={density}>
            {t(`machines.${density}`)}
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
    </Menu>
  );
}

export type ToolbarProps = {
  grid: GridState;
  shown: number | null;
  narrow: boolean;
  onOpenFilters: () => void;
  children?: ReactNode;
};

export function Toolbar({ grid, shown, narrow, onOpenFilters }: ToolbarProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchInput
        label={t("machines.search")}
        placeholder={t(narrow ? "machines.searchShort" : "machines.searchPlaceholder")}
        value={grid.url.q}
        onChange={(q) => grid.change({ q })}
      />
      <Button onClick={onOpenFilters} className="xl:hidden" aria-haspopup="dialog">
        <ListFilter aria-hidden />
        {t("machines.facet.open")}
      </Button>
      <p role="status" className="whitespace-nowrap text-muted text-xs tabular-nums">
        {shown === null ? "" : t("machines.shown", { count: shown })}
      </p>
      {narrow ? null : (
        <div className="ml-auto max-md:hidden">
          <ColumnsMenu grid={grid} />
        </div>
      )}
    </div>
  );
}
