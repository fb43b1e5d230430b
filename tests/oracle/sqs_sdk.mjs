// sqs_sdk.mjs <endpoint>: does with AWS's SDK what it is told, one JSON object a line, and answers
// likewise: {"command": "SendMessage", "input": {…}} → the output, or {"error": name}.

import readline from 'node:readline';

import * as secrets from '@aws-sdk/client-secrets-manager';
import * as sqs from '@aws-sdk/client-sqs';

const options = {
  endpoint: process.argv[2], region: 'us-east-1',
  credentials: {accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret'},
};
const clients = [
  [sqs, new sqs.SQSClient({...options, useQueueUrlAsEndpoint: false})],
  [secrets, new secrets.SecretsManagerClient(options)],
];

async function run({command, input}) {
  for (const [library, client] of clients) {
    const Command = library[`${command}Command`];
    if (Command) return client.send(new Command(input));
  }
  throw new Error(`no such command: ${command}`);
}

// Binary values are byte arrays to the SDK.
const replacer = (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;

for await (const line of readline.createInterface({input: process.stdin})) {
  let output;
  try {
    output = await run(JSON.parse(line));
  } catch (error) {
    output = {error: error.name, message: error.message};
  }
  console.log(JSON.stringify(output, replacer));
}
process.exit(0);
