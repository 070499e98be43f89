// Runs the same two tests over the same CloudTrail files with several engines, by turns,
// and prints how long each took. See doc/benchmarks.md.
//
//   node compare.mjs TRAILBELL CORPUS [ROUNDS] [ENGINE...]
//
// The tests: a console sign-in that failed with MFA used, and a second factor of Identity
// Center that was answered wrongly. An engine that finds another number of events than
// the first one did ends the run. Engines that run within this process are given a first
// query for nothing; trailbell, jq and their like are timed from start to exit.
import { execFileSync } from "node:child_process";
import { performance } from "node:perf_hooks";

const [trailbell, corpus, rounds = "5", ...only] = process.argv.slice(2);
if (!corpus) {
  console.error("usage: node compare.mjs TRAILBELL CORPUS [ROUNDS] [ENGINE...]");
  process.exit(2);
}
const glob = `${corpus}/**/*.json.gz`;

const shell = (script) =>
  execFileSync("bash", ["-o", "pipefail", "-c", script], { maxBuffer: 1 << 28, env: { ...process.env, CORPUS: corpus, TRAILBELL: trailbell, JQ_TESTS: jqTests } }).toString();
const countLines = (text) => text.split("\n").filter((line) => line.length > 0).length;

const jqTests = `.Records[]
  | select((.eventName == "ConsoleLogin" and .additionalEventData.MFAUsed == "Yes" and .responseElements.ConsoleLogin == "Failure")
        or (.eventName == "CredentialVerification" and (.additionalEventData.CredentialType | IN("TOTP", "WEBAUTHN"))
            and .serviceEventDetails.CredentialVerification == "Failure"))
  | .eventID`;

const clickhouseTypes = `Records Array(Tuple(eventName Nullable(String), eventID Nullable(String),
  additionalEventData Tuple(MFAUsed Nullable(String), CredentialType Nullable(String)),
  responseElements Tuple(ConsoleLogin Nullable(String)),
  serviceEventDetails Tuple(CredentialVerification Nullable(String))))`;
const sqlTests = (r) => `(${r}.eventName = 'ConsoleLogin' AND ${r}.additionalEventData.MFAUsed = 'Yes' AND ${r}.responseElements.ConsoleLogin = 'Failure')
  OR (${r}.eventName = 'CredentialVerification' AND ${r}.additionalEventData.CredentialType IN ('TOTP', 'WEBAUTHN')
      AND ${r}.serviceEventDetails.CredentialVerification = 'Failure')`;

const engines = {
  inflate: async () => {
    // gzip of the system, one process for each core: what nothing but inflating takes elsewhere.
    return () => (shell(`find "$CORPUS" -name '*.json.gz' -print0 | xargs -0 -P 2 -n 50 gzip -dc > /dev/null`), null);
  },
  trailbell: async () => () =>
    // mfa_failed of other factors than the two of the tests are not counted.
    countLines(
      shell(`"$TRAILBELL" scan --json "$CORPUS" 2>/dev/null`)
        .split("\n")
        .filter((line) => line.includes('"kind":"mfa_failed"') && !/"factor":"(RESYNC_TOTP|EMAIL_OTP)"/.test(line))
        .map((line) => JSON.parse(line).event_id)
        .join("\n"),
    ),
  // Each engine twice: with the records' fields found by itself, as anybody would begin, and
  // with a schema made for these two tests, so that all other fields are skipped.
  chdb: async () => {
    const get = (...path) => `JSONExtractString(r, ${path.map((p) => `'${p}'`).join(", ")})`;
    return chdb(`SELECT DISTINCT ${get("eventID")} FROM (SELECT arrayJoin(JSONExtractArrayRaw(json, 'Records')) AS r FROM file('${glob}', JSONAsString, 'json String'))
      WHERE (${get("eventName")} = 'ConsoleLogin' AND ${get("additionalEventData", "MFAUsed")} = 'Yes' AND ${get("responseElements", "ConsoleLogin")} = 'Failure')
         OR (${get("eventName")} = 'CredentialVerification' AND ${get("additionalEventData", "CredentialType")} IN ('TOTP', 'WEBAUTHN')
             AND ${get("serviceEventDetails", "CredentialVerification")} = 'Failure')`);
  },
  "chdb-schema": async () => chdb(`SELECT DISTINCT r.eventID FROM (SELECT arrayJoin(Records) AS r FROM file('${glob}', JSONEachRow, '${clickhouseTypes}')) WHERE ${sqlTests("r")}`),
  duckdb: async () => {
    const get = (...path) => `json_extract_string(r, '$.${path.join(".")}')`;
    return duckdb(`SELECT DISTINCT ${get("eventID")} FROM (SELECT unnest(from_json(json->'Records', '["JSON"]')) AS r FROM read_ndjson_objects('${glob}', maximum_object_size = 67108864))
      WHERE (${get("eventName")} = 'ConsoleLogin' AND ${get("additionalEventData", "MFAUsed")} = 'Yes' AND ${get("responseElements", "ConsoleLogin")} = 'Failure')
         OR (${get("eventName")} = 'CredentialVerification' AND ${get("additionalEventData", "CredentialType")} IN ('TOTP', 'WEBAUTHN')
             AND ${get("serviceEventDetails", "CredentialVerification")} = 'Failure')`);
  },
  "duckdb-schema": async () => duckdb(`SELECT DISTINCT r.eventID FROM (SELECT unnest(Records) AS r FROM read_json('${glob}', format = 'newline_delimited', maximum_object_size = 67108864,
      columns = {Records: 'STRUCT(eventName VARCHAR, eventID VARCHAR, additionalEventData STRUCT(MFAUsed VARCHAR, CredentialType VARCHAR),
        responseElements STRUCT(ConsoleLogin VARCHAR), serviceEventDetails STRUCT(CredentialVerification VARCHAR))[]'})) WHERE ${sqlTests("r")}`),
  jq: async () => () =>
    new Set(
      shell(`find "$CORPUS" -name '*.json.gz' -print0 | xargs -0 -P 2 -n 50 sh -c 'gzip -dc "$@" | jq -r "$JQ_TESTS"' _`)
        .split("\n")
        .filter((line) => line.length > 0),
    ).size,
};

async function chdb(sql) {
  const { query } = await import("chdb");
  query("SELECT 1");
  return () => countLines(query(`${sql} SETTINGS max_threads = 2, input_format_parallel_parsing = 1`, "TSV").toString());
}

async function duckdb(sql) {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(":memory:", { threads: "2" })).connect();
  await connection.run("SELECT 1");
  return async () => (await connection.runAndReadAll(sql)).getRows().length;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const took = {};
const failed = {};
let expected = null;
for (let round = 0; round < Number(rounds); round++) {
  for (const [name, prepare] of Object.entries(engines)) {
    if (failed[name] || (only.length > 0 && !only.includes(name))) continue;
    let found;
    try {
      const run = await prepare();
      const begun = performance.now();
      found = await run();
      (took[name] ??= []).push((performance.now() - begun) / 1000);
    } catch (error) {
      failed[name] = String(error.message ?? error).split("\n")[0];
      console.error(`${name}: ${failed[name]}`);
      continue;
    }
    if (found !== null) {
      expected ??= found;
      if (found !== expected) {
        console.error(`${name} found ${found} events, the first engine ${expected}`);
        process.exit(1);
      }
    }
    console.error(`round ${round + 1}: ${name} ${took[name].at(-1).toFixed(2)} s, ${found ?? "-"} found`);
  }
}
const base = median(took.trailbell ?? [NaN]);
for (const [name, seconds] of Object.entries(took)) {
  console.log(`${name.padEnd(14)} ${median(seconds).toFixed(2).padStart(8)} s ${(median(seconds) / base).toFixed(2).padStart(8)} x trailbell`);
}
