import { defineErrors } from '../../kernel/errors.ts'

export const cliErrors = defineErrors({
  deploy_late: [
    'unavailable',
    'Deployment {name} was not ready within {seconds} s; the server goes on with it.',
    'slipway deployments get {name}',
  ],
  command_unknown: ['invalid', 'There is no command "{command}".', 'slipway --help'],
  flag_unknown: ['invalid', '{command} has no flag --{flag}.', '{command} --help'],
  flag_value_missing: ['invalid', 'The flag --{flag} needs a value.', '{command} --help'],
  flag_value_invalid: ['invalid', '--{flag} {value}: {problem}.', '{command} --help'],
  argument_missing: ['invalid', '{command} needs <{argument}>.', '{command} --help'],
  argument_surplus: ['invalid', '{command} takes no argument "{argument}" there.', '{command} --help'],
  file_unreadable: ['invalid', 'The file {path} cannot be read: {problem}.'],
})
