/** ndscheduler's CurlJob and SlackJob, as variants of the job class `http`. */
import { answerText } from '../http/http-answer.js';
import { httpJob } from '../http/http-job.js';
import type { HttpVariant } from '../http/http-variant.js';
import { InvalidArguments } from '../invalid-arguments.js';
import { bindTexts, SAMPLE_CLASSES, sampleDescription, textArgument } from './sample-class.js';

/** The limit of the original. */
const CURL_TIMEOUT_MS = 10_000;

/** Whatever the server answers is a success, as in the original; the result is the text of the answer. */
export const CURL_VARIANT: HttpVariant = {
  description: sampleDescription(
    SAMPLE_CLASSES.curl,
    'Call a URL',
    'Makes one request, which may take 10 s. The result is the text of the answer, whatever its status; up to 64 KiB are kept.',
    [textArgument('url', 'An http or https URL.'), textArgument('request_type', 'GET, POST and so on.')],
    ['http://localhost:8888/api/v2/health/live', 'GET'],
  ),
  jobOf: (args, parameters, runTimeoutMs) => {
    const [url, method] = bindTexts(['url', 'request_type'], args, parameters);
    return httpJob([url, method], { timeoutMs: CURL_TIMEOUT_MS, expectedStatus: ['100-599'] }, runTimeoutMs);
  },
  resultOf: (answer) => answerText(answer) ?? '',
};

/** Posts a message to the address of the setting SLACK_WEBHOOK_URL (null: it is not set). The result is null. */
export function slackVariant(webhookUrl: string | null): HttpVariant {
  return {
    description: sampleDescription(
      SAMPLE_CLASSES.slack,
      'Send a message to Slack',
      'Posts to the webhook of the setting SLACK_WEBHOOK_URL. The result is null.',
      [
        textArgument('channel', 'With # before it.'),
        textArgument('name', 'Who it seems to come from.'),
        textArgument('icon', 'An emoji, such as :satisfied:.'),
        textArgument('message', 'What to say.'),
      ],
      ['#slack-bot-test', 'carillon', ':satisfied:', 'Standup, team!'],
    ),
    jobOf: (args, parameters, runTimeoutMs) => {
      const [channel, username, icon, text] = bindTexts(['channel', 'name', 'icon', 'message'], args, parameters);
      if (webhookUrl === null)
        throw new InvalidArguments('KeyError: the setting SLACK_WEBHOOK_URL is not set, so no message can be sent.');
      // The field names of Slack's incoming webhooks.
      const body = { channel, username, icon_emoji: icon, text, link_names: 1, mrkdwn: 1 };
      const options = { body, timeoutMs: CURL_TIMEOUT_MS, followRedirects: false };
      return { ...httpJob([webhookUrl, 'POST'], options, runTimeoutMs), isUrlSecret: true };
    },
    resultOf: () => null,
  };
}
