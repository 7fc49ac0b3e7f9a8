"use client";

import { Columns3, ListFilter, Search } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Menu, MenuCheckItem, MenuItem, MenuLabel, MenuRadioGroup, MenuRadioItem, MenuSeparator } from "@/components/ui/menu";
import { GRID_COLUMNS } from "@/lib/client/fleet-columns";
import { DEFAULT_COLUMNS, DENSITIES } from "@/lib/client/url-state";
import { t } from "@/messages/t";
import type { GridState } from "./use-grid-state";

/** The text is kept here, so that a key press never waits for the address or the rows. */
export function SearchBox({ grid }: { grid: GridState }) {
  const [text, setText] = useState(grid.url.q);
  const sent = useRef(grid.url.q);
  useEffect(() => {
    // A link, the back button or "Clear filters" changed the search from outside.
    if (grid.url.q !== sent.current) {
      sent.current = grid.url.q;
      setText(grid.url.q);
    }
  }, [grid.url.q]);
  return (
    <search className="relative min-w-0 flex-1 sm:max-w-xs">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted" />
      <Input
        type="search"
        aria-label={t("machines.search")}
        placeholder={t("machines.searchPlaceholder")}
        autoComplete="off"
        spellCheck={false}
        className="pl-8"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          sent.current = event.target.value;
          grid.change({ q: event.target.value });
        }}
      />
    </search>
  );
}

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
      <SearchBox grid={grid} />
      <Button onClick={onOpenFilters} className="xl:hidden" aria-haspopup="dialog">
        <ListFilter aria-hidden />
        {t("machines.facet.open")}
      </Button>
      <p role="status" className="whitespace-nowrap text-muted text-xs tabular-nums">
        {shown === null ? "" : t("machines.shown", { count: shown })}
      </p>
      {narrow ? null : (
        <div className="ml-auto">
          <ColumnsMenu grid={grid} />
        </div>
      )}
    </div>
  );
}
