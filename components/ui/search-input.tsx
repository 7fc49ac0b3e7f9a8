"use client";

import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { cn } from "./class-names";
import { Input } from "./input";

export type SearchInputProps = {
  label: string;
  placeholder: string;
  value: string;
  onChange: (text: string) => void;
  className?: string;
};

/** The text is kept here, so that a key press never waits for the address or the rows. */
export function SearchInput({ label, placeholder, value, onChange, className }: SearchInputProps) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    // A link, the back button or "Clear filters" changed the search from outside.
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  return (
    <search className={cn("relative min-w-40 flex-1 sm:max-w-xs", className)}>
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted" />
      <Input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        className="pl-8"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          sent.current = event.target.value;
          onChange(event.target.value);
        }}
      />
    </search>
  );
}
