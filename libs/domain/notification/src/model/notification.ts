export type OtpPurpose = 'sign-in' | 'register' | 'add-identifier';

/** What a person is to be told, before it is put into words: the input of one template. */
export type Notification =
  | {
      readonly template: 'otp-code';
      readonly code: string;
      readonly purpose: OtpPurpose;
      readonly validMinutes: number;
    }
  | { readonly template: 'welcome'; readonly displayName: string | null }
  | {
      readonly template: 'new-sign-in';
      readonly displayName: string | null;
      readonly address: string;
      readonly userAgent: string;
      readonly at: Date;
    }
  | {
      readonly template: 'account-notice';
      readonly notice: 'identifier-added' | 'identifier-removed';
      readonly identifierHint: string;
      readonly at: Date;
    }
  | {
      readonly template: 'account-notice';
      readonly notice: 'account-deleted';
      readonly restorableUntil: Date;
    };

export type TemplateName = Notification['template'];
