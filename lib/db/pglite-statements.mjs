// Loaded by the store's thread and never bundled, therefore plain JavaScript.
import { parse, protocol } from "@electric-sql/pglite";

const { serialize } = protocol;

const PREPARED = /^\s*(select|insert|update|delete|with|begin|commit|rollback)\b/i;
const CHANGES_TYPES = /^\s*(create|alter|drop)\b/i;
/** What is longer has its values in the text or is one of many lengths; it would be kept and seldom come again. */
const LONGEST = 10_000;
const KEPT = 256;

/**
 * Runs statements on a PGlite and lets PostgreSQL read each text once. PGlite's own `query` sends a text anew each time, in six
 * messages: that is more than half of the time of a short statement. Plans are made anew for each run (plan_cache_mode): a plan
 * of the day on which a table was empty would serve it when it holds a hundred thousand rows.
 */
export function statementsOf(pg) {
  /** By text; the one that was used longest ago comes first. */
  const known = new Map();
  let names = 0;

  const send = (...parts) => pg.execProtocolStream(Buffer.concat([...parts, serialize.sync()]), { syncToFs: false });

  async function prepared(text) {
    const before = known.get(text);
    if (before !== undefined) {
      known.delete(text);
      known.set(text, before);
      return before;
    }
    names += 1;
    const name = `s${names}`;
    const messages = await send(serialize.parse({ name, text }), serialize.describe({ type: "S", name }));
    const statement = { name, types: parse.parseDescribeStatementResults(messages) };
    known.set(text, statement);
    const [oldest] = known;
    if (known.size > KEPT && oldest !== undefined) {
      known.delete(oldest[0]);
      await send(serialize.close({ type: "S", name: oldest[1].name }));
    }
    return statement;
  }

  function wireValue(value, type) {
    if (value === null || value === undefined) return null;
    // Sent as they are: written out in hexadecimal, a megabyte would hold up every other statement for half a second.
    if (value instanceof Uint8Array) return value;
    const serializer = pg.serializers[type];
    return serializer === undefined ? value.toString() : serializer(value);
  }

  async function run(text, params, rowMode) {
    const { name, types } = await prepared(text);
    const values = params.map((value, at) => wireValue(value, types[at]));
    const messages = await send(
      serialize.bind({ statement: name, values }),
      serialize.describe({ type: "P" }),
      serialize.execute({}),
    );
    return parse.parseResults(messages, pg.parsers, { rowMode })[0];
  }

  return async function query(text, params, rowMode) {
    if (PREPARED.test(text) && text.length <= LONGEST) return pg.runExclusive(() => run(text, params, rowMode));
    if (CHANGES_TYPES.test(text)) {
      known.clear();
      await pg.exec("deallocate all");
    }
    return pg.query(text, params, { rowMode });
  };
}
