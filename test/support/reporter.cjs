// Mocha's own report, and besides what went wrong with a test that was tried again: a test that fails once in a while is not to go unseen.

const { reporters, Runner } = require("mocha");

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.on(Runner.constants.EVENT_TEST_RETRY, (test, error) => {
      reporters.Base.consoleLog(`    tried again: ${test.fullTitle()}\n${error?.stack ?? error}`);
    });
  }
};
