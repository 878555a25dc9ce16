/** The sample classes that need neither a process nor a connection: AwesomeJob, and APNSJob, which cannot work here. */
import { InvalidArguments } from '../invalid-arguments.js';
import { OutputRecorder } from '../output/output-recorder.js';
import { resultJson } from '../result-json.js';
import { failed, finishedRun, succeeded } from '../run-outcome.js';
import type { JobClassDescription, Runner, RunHandle, RunObserver, RunOutcome, RunRequest } from '../runner.js';
import { bindArguments, SAMPLE_CLASSES, sampleDescription, textArgument } from './sample-class.js';

const AWESOME = sampleDescription(
  SAMPLE_CLASSES.awesome,
  'Awesome job',
  'Prints its two arguments. The result is a list of the two.',
  ['argument1', 'argument2'].map((name) => ({ name, type: 'any JSON value', description: '', required: true })),
  ['first argument', { second: 'argument' }],
);
const APNS = sampleDescription(
  SAMPLE_CLASSES.apns,
  'Apple push notification',
  'Can be stored, so that such jobs are not lost, but always fails: it would need a certificate of an Apple developer account.',
  [textArgument('device_token', 'Which device.'), textArgument('alert', 'What to show.')],
  ['device token', 'Hello'],
);
const NO_APNS =
  'APNSJob cannot send: Carillon holds no certificate for the Apple push service. Use an http job with the provider of your choice.';

/** Runs them within this process. */
export class SampleRunner implements Runner {
  readonly name = 'sample-classes';

  handles(jobClass: string): boolean {
    return jobClass === AWESOME.jobClass || jobClass === APNS.jobClass;
  }

  async describe(): Promise<JobClassDescription[]> {
    return [AWESOME, APNS];
  }

  start(request: RunRequest, observer: RunObserver): RunHandle {
    // Clients show the process that ran a job, which is this one.
    observer.started({ pid: process.pid, at: new Date() });
    return finishedRun(this.run(request, observer));
  }

  async close(): Promise<void> {}

  private run({ jobClass, args, parameters, maxOutputBytes }: RunRequest, observer: RunObserver): RunOutcome {
    if (jobClass === APNS.jobClass) return failed({ type: 'not_supported', message: NO_APNS });
    let given: unknown[];
    try {
      given = bindArguments(['argument1', 'argument2'], args, parameters);
    } catch (error) {
      if (!(error instanceof InvalidArguments)) throw error;
      return failed({ type: 'invalid_arguments', message: error.message });
    }
    const { json, error } = resultJson(given);
    if (error) return failed(error);
    const output = new OutputRecorder(maxOutputBytes, (stream, text, atMs) =>
      observer.output({ stream, text, at: new Date(atMs) }),
    );
    const [first, second] = given.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
    output.writeText('stdout', `Argument 1: ${first ?? ''}, argument 2: ${second ?? ''}\n`);
    output.end();
    return succeeded(JSON.parse(json));
  }
}
