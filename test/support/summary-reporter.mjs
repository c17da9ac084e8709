const PATIENCE_MS = 10_000;

/** Ends the run with one line that scripts can read, and ends a run that a spec's open handle would keep alive. */
export default class SummaryReporter {
  onRunComplete(_specs, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    let failed = numFailedTests + numRuntimeErrorTestSuites;
    process.on('exit', () => console.log(`${numPassedTests} passed, ${failed} failed`));
    setTimeout(() => {
      console.error(
        'A spec left something open (a server, a timer, a connection). Find it with --detectOpenHandles.',
      );
      failed += 1;
      process.exit(1);
    }, PATIENCE_MS).unref();
  }
}
